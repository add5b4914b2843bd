#[cfg_attr(
    doc,
    doc = "\n\n# Telemetry\n\nCalls count in `adapter_requests_total` under `{provider=\"{crate}\",operation=\"load\"}`. Its spans are called `{crate}.load`. Calls a second: `sum by (status) (rate(adapter_requests_total{provider=\"{crate}\",operation=\"load\"}[5m]))`"
)]
fn load(&self, __arg1: (u32, u32)) -> Result<u32, Error> {
    static __TELEMETRY_OP: ::telemetry_runtime::__private::Operation = ::telemetry_runtime::__private::Operation::keyed(
        "",
        "",
        "load",
        ::core::module_path!(),
        ::core::file!(),
        1,
        3,
        &::telemetry_runtime::__private::Keys::new()
            .fields(&["id", "state", "http.route", "page-size"]),
    );
    ::telemetry_runtime::__private::inventory::submit! {
        & __TELEMETRY_OP
    }
    let mut __c = ::telemetry_runtime::__private::enter(&__TELEMETRY_OP);
    let __r = ::telemetry_runtime::__private::once(move || -> Result<u32, Error> {
        let __arg1 = __arg1;
        let (id, page) = __arg1;
        if ::telemetry_runtime::__private::recording() {
            ::telemetry_runtime::__private::once::<
                (),
            >(|| {
                {
                    let mut __fields = ::telemetry_runtime::__private::Fields::of(
                        &__TELEMETRY_OP,
                    );
                    ::telemetry_runtime::__private::field(&mut __fields, &(id));
                    ::telemetry_runtime::__private::field_debug(
                        &mut __fields,
                        &(self.state),
                    );
                    ::telemetry_runtime::__private::field(
                        &mut __fields,
                        &(self.route()),
                    );
                    ::telemetry_runtime::__private::field_display(
                        &mut __fields,
                        &(page),
                    );
                }
            });
        }
        { fetch(id, page) }
    });
    ::telemetry_runtime::__private::Entered::finish(
        &mut __c,
        &__r,
        ::telemetry_runtime::__private::Pick::of(&__r).__pick(),
    );
    return __r;
}
