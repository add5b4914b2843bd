"""A receiver of metrics over OTLP, by gRPC, on the official classes; it checks what comes.

    otlp_metrics_receiver.py DIRECTORY

It listens on 127.0.0.1, on a free port, and says it in one line once it is ready. Each request becomes a line of JSON
in DIRECTORY/metrics.jsonl: the sum of every counter and histogram count by name, the bytes, the exemplars' traces, and
what is wrong.
"""

import json
import pathlib
import sys
from concurrent import futures

import grpc
from opentelemetry.proto.collector.metrics.v1 import metrics_service_pb2 as service
from opentelemetry.proto.metrics.v1 import metrics_pb2 as metrics

METHOD = "opentelemetry.proto.collector.metrics.v1.MetricsService"
CUMULATIVE = metrics.AGGREGATION_TEMPORALITY_CUMULATIVE


def attributes(point):
    return tuple(sorted((item.key, item.value.SerializeToString()) for item in point.attributes))


def look(request):
    totals, violations, traces, points = {}, [], [], 0
    for resource in request.resource_metrics:
        if not any(item.key == "service.name" for item in resource.resource.attributes):
            violations.append("no service.name")
        names = set()
        for metric in (metric for scope in resource.scope_metrics for metric in scope.metrics):
            if metric.name in names:
                violations.append(f"{metric.name} is there twice")
            names.add(metric.name)
            kind = metric.WhichOneof("data")
            data = getattr(metric, kind)
            points += len(data.data_points)
            if len({attributes(point) for point in data.data_points}) != len(data.data_points):
                violations.append(f"{metric.name} has a series twice")
            for point in data.data_points:
                if kind != "gauge":
                    if data.aggregation_temporality != CUMULATIVE:
                        violations.append(f"{metric.name} is not cumulative")
                    if not 0 < point.start_time_unix_nano <= point.time_unix_nano:
                        violations.append(f"{metric.name} ends before it begins")
                if kind == "sum":
                    totals[metric.name] = totals.get(metric.name, 0) + point.as_int + point.as_double
                if kind == "histogram":
                    if sum(point.bucket_counts) != point.count:
                        violations.append(f"the buckets of {metric.name} are not its count")
                    if len(point.bucket_counts) != len(point.explicit_bounds) + 1:
                        violations.append(f"{metric.name} has a wrong number of buckets")
                    totals[metric.name] = totals.get(metric.name, 0) + point.count
                    for exemplar in point.exemplars:
                        if len(exemplar.trace_id) != 16 or len(exemplar.span_id) != 8:
                            violations.append(f"an exemplar of {metric.name} has no ids")
                        traces.append(exemplar.trace_id.hex())
    return {"totals": totals, "points": points, "bytes": request.ByteSize(), "traces": traces, "violations": violations}


def main():
    file = open(pathlib.Path(sys.argv[1]) / "metrics.jsonl", "a", encoding="utf-8", buffering=1)

    def export(request, _context):
        file.write(json.dumps(look(request)) + "\n")
        return service.ExportMetricsServiceResponse()

    handler = grpc.unary_unary_rpc_method_handler(
        export,
        request_deserializer=service.ExportMetricsServiceRequest.FromString,
        response_serializer=service.ExportMetricsServiceResponse.SerializeToString,
    )
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=4))
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(METHOD, {"Export": handler}),))
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(f"ready grpc={port}", flush=True)
    server.wait_for_termination()


if __name__ == "__main__":
    main()
