#[telemetry_runtime::measure(labels(http.route = "/", "9th" = 1, "größe" = 1, "" = 1, a = 1, a = 2))]
fn quote() {}

fn main() {
    quote();
}
