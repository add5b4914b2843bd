"""A receiver of traces and log records over OTLP that checks what comes, and fails as it is told.

    otlp_receiver.py DIRECTORY [--tls CA] [--grpc PORT] [--http PORT]
    otlp_receiver.py --make-ca CA
    otlp_receiver.py --self-test    shows that it finds what it looks for

It listens on 127.0.0.1, on free ports unless they are given, and says them in one line once it is ready. With `--tls`
it also listens with the certificate that `--make-ca` has put into that directory. Each request is decoded with the
official classes and becomes a line of JSON in DIRECTORY/requests.jsonl, or logs.jsonl if it is one of log records,
written before the answer goes out.

The word in DIRECTORY/fault, read on each request, says what becomes of it; without the file it is `ok`:

    ok             takes it
    hang           gives no answer until the word is another
    unavailable    UNAVAILABLE, 503
    busy           the same, and asks for 2 seconds
    throttle       RESOURCE_EXHAUSTED, 429, and asks for 2 seconds
    throttle-date  the same as a date, which only HTTP has
    throttle-long  the same for a year
    refuse         INVALID_ARGUMENT, 400
    partial        takes it but for one span, and says so
    warning        takes it and has a message
    garbage        takes it; the answer's body is nonsense
"""

import argparse
import datetime
import email.utils
import gzip
import http.server
import ipaddress
import json
import pathlib
import ssl
import sys
import tempfile
import threading
import time
import zlib
from concurrent import futures

import grpc
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from google.protobuf import any_pb2, duration_pb2
from google.protobuf.message import DecodeError
from opentelemetry.proto.collector.logs.v1 import logs_service_pb2 as logs_service
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2 as service
from opentelemetry.proto.trace.v1 import trace_pb2 as trace

HOST = "127.0.0.1"
PROTOBUF = "application/x-protobuf"
HOUR = 3600 * 10**9
ASKED = 2
YEAR = 365 * 24 * 3600

# What is taken; the others must come again, or never.
ACCEPTED = ("ok", "partial", "warning", "garbage")
STATUSES = {"unavailable": 503, "busy": 503, "refuse": 400}
CODES = {
    "hang": grpc.StatusCode.CANCELLED,
    "unavailable": grpc.StatusCode.UNAVAILABLE,
    "busy": grpc.StatusCode.UNAVAILABLE,
    "refuse": grpc.StatusCode.INVALID_ARGUMENT,
}


# --- What comes -----------------------------------------------------------------------------------------------


class Journal:
    """Writes requests down, with what is wrong with them."""

    def __init__(self, directory):
        self.fault_file = directory / "fault"
        self.file = open(directory / "requests.jsonl", "ab", buffering=0)
        self.logs_file = open(directory / "logs.jsonl", "ab", buffering=0)
        self.lock = threading.Lock()
        self.seen = set()

    def fault(self):
        try:
            return self.fault_file.read_text().strip() or "ok"
        except FileNotFoundError:
            return "ok"

    def take(self, body, transport, encoding=None):
        """Returns the word for this request."""
        fault = self.fault()
        line = {"at": time.monotonic(), "transport": transport, "encoding": encoding, "fault": fault}
        line |= {"is_accepted": fault in ACCEPTED, "resources": [], "spans": [], "violations": []}
        with self.lock:
            try:
                # Strings that are not UTF-8 are refused here.
                request = service.ExportTraceServiceRequest.FromString(body)
            except DecodeError as error:
                line["violations"].append(f"it cannot be decoded: {error}")
            else:
                self.describe(request, line)
            self.file.write(json.dumps(line).encode() + b"\n")
        return fault

    def take_logs(self, body):
        """Returns the word for this request of log records."""
        fault = self.fault()
        line = {"fault": fault, "is_accepted": fault in ACCEPTED, "records": [], "violations": []}
        with self.lock:
            try:
                request = logs_service.ExportLogsServiceRequest.FromString(body)
            except DecodeError as error:
                line["violations"].append(f"it cannot be decoded: {error}")
            else:
                describe_logs(request, line)
            self.logs_file.write(json.dumps(line).encode() + b"\n")
        return fault

    def describe(self, request, line):
        violations = line["violations"]
        for group in request.resource_spans:
            resource = attributes(group.resource.attributes, "the resource", violations)
            line["resources"].append(resource)
            if not resource.get("service.name"):
                violations.append("the resource has no service.name")
            for scope in group.scope_spans:
                attributes(scope.scope.attributes, "a scope", violations)
                for span in scope.spans:
                    line["spans"].append(describe_span(span, violations))
                    self.check_span(span, line)
        if not line["spans"]:
            violations.append("there are no spans")

    def check_span(self, span, line):
        problems = []
        check_id(span.trace_id, 16, "trace id", problems)
        check_id(span.span_id, 8, "span id", problems)
        if span.parent_span_id:
            check_id(span.parent_span_id, 8, "parent id", problems)
        for link in span.links:
            check_id(link.trace_id, 16, "trace id of a link", problems)
            check_id(link.span_id, 8, "span id of a link", problems)
        if span.end_time_unix_nano < span.start_time_unix_nano:
            problems.append("it ends before it starts")
        if abs(time.time_ns() - span.start_time_unix_nano) > HOUR:
            problems.append("it starts more than an hour from now")
        if not span.name:
            problems.append("it has no name")
        if span.kind == trace.Span.SPAN_KIND_UNSPECIFIED:
            problems.append("it has no kind")
        # What was not taken comes again.
        if line["is_accepted"]:
            if span.span_id in self.seen:
                problems.append("it was there before")
            self.seen.add(span.span_id)
        line["violations"] += [f"span {span.name} {span.span_id.hex()}: {problem}" for problem in problems]


def check_id(value, length, what, problems):
    if len(value) != length or not any(value):
        problems.append(f"the {what} is {value.hex() or 'empty'}")


def describe_span(span, violations):
    what = f"span {span.name} {span.span_id.hex()}"
    for event in span.events:
        attributes(event.attributes, f"an event of {what}", violations)
    for link in span.links:
        attributes(link.attributes, f"a link of {what}", violations)
    return {
        "trace_id": span.trace_id.hex(),
        "span_id": span.span_id.hex(),
        "parent_id": span.parent_span_id.hex(),
        "name": span.name,
        "kind": trace.Span.SpanKind.Name(span.kind).removeprefix("SPAN_KIND_").lower(),
        "start": span.start_time_unix_nano,
        "end": span.end_time_unix_nano,
        "flags": span.flags,
        "status": trace.Status.StatusCode.Name(span.status.code).removeprefix("STATUS_CODE_").lower(),
        "attributes": attributes(span.attributes, what, violations),
    }


def attributes(pairs, what, violations):
    found = {}
    for pair in pairs:
        if pair.key in found:
            violations.append(f"{what} has {pair.key} twice")
        if not pair.key or pair.value.WhichOneof("value") is None:
            violations.append(f"{what} has an attribute without name or value: {pair.key!r}")
        found[pair.key] = plain(pair.value)
    return found


def plain(value):
    kind = value.WhichOneof("value")
    if kind == "array_value":
        return [plain(element) for element in value.array_value.values]
    if kind == "kvlist_value":
        return {pair.key: plain(pair.value) for pair in value.kvlist_value.values}
    if kind == "bytes_value":
        return value.bytes_value.hex()
    return getattr(value, kind) if kind else None


def describe_logs(request, line):
    violations = line["violations"]
    for group in request.resource_logs:
        resource = attributes(group.resource.attributes, "the resource", violations)
        if not resource.get("service.name"):
            violations.append("the resource has no service.name")
        for scope in group.scope_logs:
            for record in scope.log_records:
                line["records"].append({
                    "target": scope.scope.name,
                    "severity": record.severity_text,
                    "body": record.body.string_value,
                    "trace_id": record.trace_id.hex(),
                    "span_id": record.span_id.hex(),
                    "attributes": attributes(record.attributes, "a record", violations),
                })
                check_record(record, violations)
    if not line["records"]:
        violations.append("there are no records")


def check_record(record, violations):
    if abs(time.time_ns() - record.time_unix_nano) > HOUR:
        violations.append("a record is from more than an hour ago")
    if not 1 <= record.severity_number <= 24:
        violations.append("a record has no severity")
    # A record outside of every span has neither.
    if record.trace_id or record.span_id:
        check_id(record.trace_id, 16, "trace id of a record", violations)
        check_id(record.span_id, 8, "span id of a record", violations)


def reply(fault):
    """The body of an answer to what is taken."""
    if fault == "garbage":
        return b"\xff\xff this is not protobuf"
    answer = service.ExportTraceServiceResponse()
    if fault == "partial":
        answer.partial_success.rejected_spans = 1
        answer.partial_success.error_message = "one span is not to our taste"
    elif fault == "warning":
        answer.partial_success.error_message = "this endpoint moves soon"
    return answer.SerializeToString()


# --- gRPC -----------------------------------------------------------------------------------------------------


def message(*fields):
    """A message of fields that are themselves messages or text; too small for generated classes."""
    return b"".join(bytes([number << 3 | 2, len(content)]) + content for number, content in fields)


def abort(context, fault):
    code = CODES.get(fault, grpc.StatusCode.RESOURCE_EXHAUSTED)
    if fault == "busy" or fault.startswith("throttle"):
        delay = duration_pb2.Duration(seconds=YEAR if fault == "throttle-long" else ASKED)
        info = any_pb2.Any(type_url="type.googleapis.com/google.rpc.RetryInfo",
                           value=message((1, delay.SerializeToString())))
        status = bytes([1 << 3, code.value[0]]) + message((2, fault.encode()), (3, info.SerializeToString()))
        context.set_trailing_metadata([("grpc-status-details-bin", status)])
    context.abort(code, f"told to: {fault}")


class Service(grpc.GenericRpcHandler):
    """TraceService and LogsService on plain bytes, so that an answer may be nonsense."""

    def __init__(self, journal):
        self.journal = journal

    def service(self, handler_call_details):
        if handler_call_details.method == "/opentelemetry.proto.collector.logs.v1.LogsService/Export":
            return grpc.unary_unary_rpc_method_handler(self.export_logs)
        if handler_call_details.method != "/opentelemetry.proto.collector.trace.v1.TraceService/Export":
            return None
        return grpc.unary_unary_rpc_method_handler(self.export)

    def export_logs(self, body, context):
        fault = self.journal.take_logs(body)
        if fault not in ACCEPTED:
            abort(context, fault)
        return b""

    def export(self, body, context):
        fault = self.journal.take(body, "grpc")
        while fault == "hang" and self.journal.fault() == "hang" and context.is_active():
            time.sleep(0.05)
        if fault not in ACCEPTED:
            abort(context, fault)
        return reply(fault)


def serve_grpc(journal, port, certificate=None):
    server = grpc.server(futures.ThreadPoolExecutor(16), handlers=[Service(journal)])
    if certificate:
        credentials = grpc.ssl_server_credentials([tuple(file.read_bytes() for file in certificate)])
        port = server.add_secure_port(f"{HOST}:{port}", credentials)
    else:
        port = server.add_insecure_port(f"{HOST}:{port}")
    server.start()
    return server, port


# --- HTTP -----------------------------------------------------------------------------------------------------


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Head and body go out together.
    wbufsize = -1

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        encoding = self.headers["Content-Encoding"]
        if self.path != "/v1/traces" or self.headers["Content-Type"] != PROTOBUF:
            return self.answer(404, b"there are only traces as protobuf")
        try:
            body = gzip.decompress(body) if encoding == "gzip" else body
        except (OSError, EOFError, zlib.error):
            return self.answer(400, b"this is not gzip")
        journal = self.server.journal
        fault = journal.take(body, "http", encoding)
        if fault == "hang":
            while journal.fault() == "hang":
                time.sleep(0.05)
            self.close_connection = True
        elif fault in ACCEPTED:
            self.answer(200, reply(fault), PROTOBUF)
        else:
            self.answer(STATUSES.get(fault, 429), f"told to: {fault}".encode(), asked=asked(fault))

    def answer(self, status, body, content_type="text/plain", asked=None):
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        if asked:
            self.send_header("Retry-After", asked)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """The journal has it."""


def asked(fault):
    """What Retry-After says."""
    if fault in ("busy", "throttle"):
        return str(ASKED)
    if fault == "throttle-long":
        return str(YEAR)
    if fault == "throttle-date":
        # One second more, because dates have whole ones.
        return email.utils.formatdate(time.time() + ASKED + 1, usegmt=True)
    return None


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        """A client that goes away is none of ours."""


def serve_http(journal, port, certificate=None):
    server = Server((HOST, port), Handler)
    server.journal = journal
    if certificate:
        key, chain = certificate
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(chain, key)
        # The handshake is left to the thread of the connection.
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server, server.server_address[1]


# --- Certificates ---------------------------------------------------------------------------------------------


def make_ca(directory):
    """Puts ca.pem, server.pem and server-key.pem into the directory."""
    directory.mkdir(parents=True, exist_ok=True)
    ca_key, server_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    ca_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "CA of tests")])
    server_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address(HOST))])
    usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
    ca = certificate(ca_name, ca_name, ca_key, ca_key, x509.BasicConstraints(ca=True, path_length=0))
    server = certificate(server_name, ca_name, server_key, ca_key,
                         x509.BasicConstraints(ca=False, path_length=None), names, usage)
    pem = serialization.Encoding.PEM
    (directory / "ca.pem").write_bytes(ca.public_bytes(pem))
    (directory / "server.pem").write_bytes(server.public_bytes(pem))
    (directory / "server-key.pem").write_bytes(server_key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))


def certificate(name, issuer, key, issuer_key, *extensions):
    now = datetime.datetime.now(datetime.timezone.utc)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(issuer).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(now - datetime.timedelta(hours=1))
    builder = builder.not_valid_after(now + datetime.timedelta(days=7))
    for extension in extensions:
        builder = builder.add_extension(extension, critical=isinstance(extension, x509.BasicConstraints))
    return builder.sign(issuer_key, hashes.SHA256())


# --- The checks themselves ------------------------------------------------------------------------------------


def good_request():
    request = service.ExportTraceServiceRequest()
    group = request.resource_spans.add()
    group.resource.attributes.add(key="service.name").value.string_value = "x"
    now = time.time_ns()
    group.scope_spans.add().spans.add(
        trace_id=bytes(15) + b"1", span_id=bytes(7) + b"1", name="x", kind=trace.Span.SPAN_KIND_CLIENT,
        start_time_unix_nano=now, end_time_unix_nano=now)
    return request, group.resource, group.scope_spans[0].spans[0]


def good_logs():
    request = logs_service.ExportLogsServiceRequest()
    group = request.resource_logs.add()
    group.resource.attributes.add(key="service.name").value.string_value = "x"
    group.scope_logs.add().log_records.add(
        time_unix_nano=time.time_ns(), severity_number=9, trace_id=bytes(15) + b"1", span_id=bytes(7) + b"1")
    return request, group.resource, group.scope_logs[0].log_records[0]


def spoil(name, value):
    """A change of the span or the record."""
    return lambda resource, span: setattr(span, name, value)


def double(container):
    for _ in range(2):
        container.attributes.add(key="twice").value.bool_value = True


BAD = {
    "the resource has no service.name": lambda resource, span: resource.ClearField("attributes"),
    "the resource has twice twice": lambda resource, span: double(resource),
    "has twice twice": lambda resource, span: double(span),
    "an event of": lambda resource, span: double(span.events.add()),
    "without name or value": lambda resource, span: span.attributes.add(key="x"),
    "the trace id is empty": spoil("trace_id", b""),
    "the trace id is 00000000000000000000000000000000": spoil("trace_id", bytes(16)),
    "the span id is 3131": spoil("span_id", b"11"),
    "the span id is 0000000000000000": spoil("span_id", bytes(8)),
    "the parent id is 0000000000000000": spoil("parent_span_id", bytes(8)),
    "the trace id of a link is empty": lambda resource, span: span.links.add(span_id=bytes(7) + b"1"),
    "it ends before it starts": spoil("end_time_unix_nano", 1),
    "it starts more than an hour from now": spoil("start_time_unix_nano", 1),
    "it has no name": spoil("name", ""),
    "it has no kind": spoil("kind", trace.Span.SPAN_KIND_UNSPECIFIED),
}


BAD_LOGS = {
    "the resource has no service.name": lambda resource, record: resource.ClearField("attributes"),
    "a record has twice twice": lambda resource, record: double(record),
    "a record is from more than an hour ago": spoil("time_unix_nano", 1),
    "a record has no severity": spoil("severity_number", 0),
    "the trace id of a record is empty": spoil("trace_id", b""),
    "the span id of a record is 3131": spoil("span_id", b"11"),
}


def self_test():
    self_test_of_logs()
    with tempfile.TemporaryDirectory() as directory:
        directory = pathlib.Path(directory)
        requests = directory / "requests.jsonl"

        def violations(*bodies):
            """Of the last of these requests, which come to a receiver that has just begun."""
            journal = Journal(directory)
            for body in bodies:
                journal.take(body, "test")
            journal.file.close()
            return json.loads(requests.read_text().splitlines()[-1])["violations"]

        good = good_request()[0].SerializeToString()
        cases = [("it cannot be decoded", [good.replace(b"service.name", b"service.nam\xff")]),
                 ("it cannot be decoded", [b"\xff"]), ("there are no spans", [b""]),
                 ("it was there before", [good, good])]
        for expected, change in BAD.items():
            request, resource, span = good_request()
            change(resource, span)
            cases.append((expected, [request.SerializeToString()]))
        if found := violations(good):
            sys.exit(f"otlp_receiver.py: a good request has {found}")
        for expected, bodies in cases:
            found = violations(*bodies)
            if len(found) != 1 or expected not in found[0]:
                sys.exit(f"otlp_receiver.py: `{expected}` should have been found, not {found}")
    print(f"{len(cases)} bad requests found")


def self_test_of_logs():
    with tempfile.TemporaryDirectory() as directory:
        directory = pathlib.Path(directory)
        journal = Journal(directory)

        def violations(body):
            journal.take_logs(body)
            return json.loads((directory / "logs.jsonl").read_text().splitlines()[-1])["violations"]

        cases = [("it cannot be decoded", b"\xff"), ("there are no records", b"")]
        for expected, change in BAD_LOGS.items():
            request, resource, record = good_logs()
            change(resource, record)
            cases.append((expected, request.SerializeToString()))
        if found := violations(good_logs()[0].SerializeToString()):
            sys.exit(f"otlp_receiver.py: a good request of log records has {found}")
        for expected, body in cases:
            found = violations(body)
            if len(found) != 1 or expected not in found[0]:
                sys.exit(f"otlp_receiver.py: `{expected}` should have been found, not {found}")
    print(f"{len(cases)} bad requests of log records found")


# --- Main -----------------------------------------------------------------------------------------------------


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("directory", type=pathlib.Path, nargs="?")
    parser.add_argument("--make-ca", type=pathlib.Path, metavar="CA")
    parser.add_argument("--tls", type=pathlib.Path, metavar="CA")
    parser.add_argument("--grpc", type=int, default=0, metavar="PORT")
    parser.add_argument("--http", type=int, default=0, metavar="PORT")
    parser.add_argument("--self-test", action="store_true")
    arguments = parser.parse_args()
    if arguments.self_test:
        return self_test()
    if arguments.make_ca:
        return make_ca(arguments.make_ca)
    if not arguments.directory:
        sys.exit(__doc__)
    journal = Journal(arguments.directory)
    listeners = {"grpc": serve_grpc(journal, arguments.grpc), "http": serve_http(journal, arguments.http)}
    if arguments.tls:
        pair = (arguments.tls / "server-key.pem", arguments.tls / "server.pem")
        listeners |= {"grpcs": serve_grpc(journal, 0, pair), "https": serve_http(journal, 0, pair)}
    ports = " ".join(f"{name}={port}" for name, (_, port) in listeners.items())
    print(f"ready {ports}", flush=True)
    threading.Event().wait()


if __name__ == "__main__":
    main()
