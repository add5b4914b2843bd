#[inline]
pub fn refresh(&self) {
    static __TELEMETRY_OP: ::telemetry_runtime::__private::Operation = ::telemetry_runtime::__private::Operation::site(
        ::telemetry_runtime::__private::Site::new(
            "",
            "",
            "refresh",
            ::core::module_path!(),
            ::core::file!(),
            1,
        ),
        6,
    );
    ::telemetry_runtime::__private::inventory::submit! {
        ::telemetry_runtime::__private::Registered(::core::slice::from_ref(&
        __TELEMETRY_OP))
    }
    let _c = ::telemetry_runtime::__private::enter_unit(&__TELEMETRY_OP);
    {
        self.load();
    }
}
