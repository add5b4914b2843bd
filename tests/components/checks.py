"""Checks a live exposition of metrics, as strictly as it can be read.

    checks.py URL           asks for every format and encoding, and checks each answer
    checks.py --self-test   shows that the checks find what they look for

It needs the packages of requirements.txt. No tool finds everything: the strict parser of OpenMetrics drops a series
that is there twice, Prometheus takes buckets that fall, promtool takes both.
"""

import gzip
import math
import sys
import urllib.request

from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_openmetrics
from prometheus_client.parser import text_string_to_metric_families as parse_text

TEXT = "text/plain; version=0.0.4; charset=utf-8"
OPENMETRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8"
PARSERS = {TEXT: parse_text, OPENMETRICS: parse_openmetrics}

# What Prometheus sends with and without native histograms; the first is content with protobuf.
PROMETHEUS_NATIVE = (
    "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.8,"
    "application/openmetrics-text;version=1.0.0;q=0.7,application/openmetrics-text;version=0.0.1;q=0.6,"
    "text/plain;version=0.0.4;q=0.5,*/*;q=0.4"
)
PROMETHEUS = (
    "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
    "text/plain;version=0.0.4;q=0.5,*/*;q=0.1"
)

# Accept, Accept-Encoding, the format that must come, whether it must come zipped.
NEGOTIATIONS = [
    (None, None, TEXT, False),
    ("*/*", "identity", TEXT, False),
    ("text/plain", "gzip", TEXT, True),
    ("application/openmetrics-text;q=0.2, text/plain", "gzip;q=0", TEXT, False),
    ("application/openmetrics-text", None, OPENMETRICS, False),
    (PROMETHEUS, "gzip", OPENMETRICS, True),
    (PROMETHEUS_NATIVE, "deflate, gzip;q=0.5", OPENMETRICS, True),
]


class Wrong(Exception):
    """The exposition is wrong."""


def require(condition, message):
    if not condition:
        raise Wrong(message)


def check(exposition, content_type):
    """Returns the series of the exposition, each once."""
    try:
        families = list(PARSERS[content_type](exposition))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise Wrong(f"the parser refuses it: {error!r}") from error
    require(len({family.name for family in families}) == len(families), "a family is there twice")
    series = set()
    for family in families:
        require(family.documentation, f"{family.name} has no HELP")
        require(family.type not in ("unknown", "untyped"), f"{family.name} has no TYPE")
        for sample in family.samples:
            key = (sample.name, frozenset((name, plain(name, value)) for name, value in sample.labels.items()))
            require(key not in series, f"{sample.name}{sample.labels} is there twice")
            series.add(key)
            if family.type == "counter":
                require(sample.value >= 0, f"{sample.name}{sample.labels} is negative")
        if family.type == "histogram":
            check_histogram(family)
    require(series, "it is empty")
    lines = [line for line in exposition.split("\n") if line and not line.startswith("#")]
    require(len(lines) == len(series), "a series is there twice, and the parser has dropped it")
    return series


def plain(name, value):
    """The bounds of buckets are written differently in the two formats."""
    return float(value) if name == "le" else value


def check_histogram(family):
    """Buckets must not fall, and the last one holds everything; the text format's parser looks at neither."""
    buckets, counts, sums = {}, {}, set()
    for sample in family.samples:
        key = frozenset(item for item in sample.labels.items() if item[0] != "le")
        if sample.name.endswith("_bucket"):
            buckets.setdefault(key, []).append((float(sample.labels["le"]), sample.value))
        elif sample.name.endswith("_count"):
            counts[key] = sample.value
        elif sample.name.endswith("_sum"):
            sums.add(key)
    require(buckets.keys() == counts.keys() == sums, f"{family.name} lacks buckets, a count or a sum")
    for key, found in buckets.items():
        require(found == sorted(found), f"{family.name}: the bounds of {dict(key)} are not in order")
        values = [value for _, value in found]
        require(values == sorted(values), f"{family.name}: the buckets of {dict(key)} fall")
        require(found[-1] == (math.inf, counts[key]), f"{family.name}: +Inf of {dict(key)} is not its count")


def fetch(url, accept, encoding):
    headers = {"Accept": accept, "Accept-Encoding": encoding}
    request = urllib.request.Request(url, headers={name: value for name, value in headers.items() if value})
    # No proxy: the page is on this machine.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request, timeout=10) as response:
        return response.headers, response.read()


def check_url(url):
    before = set()
    for accept, encoding, content_type, is_zipped in NEGOTIATIONS:
        asked = f"Accept: {accept}, Accept-Encoding: {encoding}"
        headers, body = fetch(url, accept, encoding)
        require(headers["Content-Type"] == content_type, f"{asked}: it is {headers['Content-Type']}")
        wanted = "gzip" if is_zipped else None
        require(headers["Content-Encoding"] == wanted, f"{asked}: encoded as {headers['Content-Encoding']}")
        require({"accept", "accept-encoding"} <= tokens(headers["Vary"]), f"{asked}: Vary is {headers['Vary']}")
        text = (gzip.decompress(body) if is_zipped else body).decode()
        try:
            series = check(text, content_type)
        except Wrong as wrong:
            raise Wrong(f"{asked}: {wrong}") from wrong
        # Series only ever come, in whichever format they are asked for.
        lost = {name for name, _ in before - series}
        require(not lost, f"{asked}: series that another format has are missing, of {sorted(lost)}")
        before = series
        print(f"{content_type.split(';')[0]}{', zipped' if is_zipped else ''}: {len(series)} series, "
              f"{len(body)} bytes")


def tokens(header):
    return {token.strip().lower() for token in (header or "").split(",")}


# --- The checks themselves ----------------------------------------------------------------------------------

HISTOGRAM = "# HELP t T.\n# TYPE t histogram\n"
GOOD = [
    (TEXT, "# HELP c_total C.\n# TYPE c_total counter\nc_total{a=\"1\"} 1\nc_total{a=\"2\"} 1\n"),
    (TEXT, HISTOGRAM + 't_bucket{le="1"} 1\nt_bucket{le="+Inf"} 2\nt_sum 3\nt_count 2\n'),
    (OPENMETRICS, "# HELP c C.\n# TYPE c counter\nc_total 1\n# EOF\n"),
    (OPENMETRICS, HISTOGRAM + 't_bucket{le="1.0"} 1\nt_bucket{le="+Inf"} 2\nt_sum 3.0\nt_count 2\n# EOF\n'),
]
BAD = [
    ("empty", TEXT, ""),
    ("a series twice", TEXT, "# HELP c_total C.\n# TYPE c_total counter\nc_total 1\nc_total 2\n"),
    ("labels in another order", TEXT,
     '# HELP g G.\n# TYPE g gauge\ng{a="1",b="2"} 1\ng{b="2",a="1"} 2\n'),
    ("no type", TEXT, "# HELP c_total C.\nc_total 1\n"),
    ("no help", TEXT, "# TYPE c_total counter\nc_total 1\n"),
    ("a negative counter", TEXT, "# HELP c_total C.\n# TYPE c_total counter\nc_total -1\n"),
    ("buckets that fall", TEXT, HISTOGRAM + 't_bucket{le="1"} 3\nt_bucket{le="+Inf"} 2\nt_sum 3\nt_count 2\n'),
    ("no +Inf", TEXT, HISTOGRAM + 't_bucket{le="1"} 2\nt_sum 3\nt_count 2\n'),
    ("another count", TEXT, HISTOGRAM + 't_bucket{le="+Inf"} 2\nt_sum 3\nt_count 3\n'),
    ("no sum", TEXT, HISTOGRAM + 't_bucket{le="+Inf"} 2\nt_count 2\n'),
    ("a series twice", OPENMETRICS, "# HELP c C.\n# TYPE c counter\nc_total 1\nc_total 2\n# EOF\n"),
    ("no end", OPENMETRICS, "# HELP c C.\n# TYPE c counter\nc_total 1\n"),
    ("a counter without _total", OPENMETRICS, "# HELP c C.\n# TYPE c counter\nc 1\n# EOF\n"),
    ("families that mix", OPENMETRICS,
     '# HELP c C.\n# TYPE c counter\nc_total{a="1"} 1\n# HELP g G.\n# TYPE g gauge\ng 1\n'
     '# HELP c C.\n# TYPE c counter\nc_total{a="2"} 1\n# EOF\n'),
    ("an exemplar on a gauge", OPENMETRICS, '# HELP g G.\n# TYPE g gauge\ng 1 # {a="b"} 1\n# EOF\n'),
]


def self_test():
    for content_type, exposition in GOOD:
        check(exposition, content_type)
    for what, content_type, exposition in BAD:
        try:
            check(exposition, content_type)
        except Wrong:
            continue
        raise Wrong(f"the checks let {what} pass as {content_type}")
    print(f"{len(BAD)} bad expositions refused, {len(GOOD)} good ones accepted")


def main(arguments):
    if len(arguments) != 1:
        sys.exit(__doc__)
    try:
        self_test() if arguments[0] == "--self-test" else check_url(arguments[0])
    except Wrong as wrong:
        sys.exit(f"checks.py: {wrong}")


if __name__ == "__main__":
    main(sys.argv[1:])
