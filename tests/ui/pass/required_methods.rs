#![deny(warnings)]
use telemetry_runtime as telemetry;

#[telemetry::instrument_adapter(kind = server)]
pub unsafe trait Handler<T: ?Sized>: Sized
where
    T: Send,
{
    type Reply;
    const NAME: &'static str = "handler";
    fn handle(&self, request: &T) -> Self::Reply;
    fn twice(&self, request: &T) -> (Self::Reply, Self::Reply) {
        (self.handle(request), self.handle(request))
    }
    #[telemetry(skip)]
    fn skipped(&self) {}
    fn consume(self) -> Self {
        self
    }
}

fn main() {}
