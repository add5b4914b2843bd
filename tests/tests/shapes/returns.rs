//! Return types.

use std::fmt::Debug;

use telemetry_runtime as telemetry;

#[telemetry::instrument]
fn opaque() -> impl Iterator<Item = u32> {
    (0..3).map(|n| n * 2)
}

#[telemetry::instrument]
fn opaque_inside() -> Result<Vec<impl Copy + Into<u64>>, String> {
    Ok(vec![1_u32, 2])
}

#[telemetry::instrument]
async fn opaque_later() -> Option<Box<impl Debug>> {
    Some(Box::new(1_u8))
}

#[telemetry::instrument]
fn opaque_function(by: u32) -> impl Fn(u32) -> u32 {
    move |n| n + by
}

#[telemetry::instrument]
fn opaque_in_tuple() -> (impl Fn(u32) -> u32, impl Future<Output = u8>) {
    (|n| n, async { 1 })
}

#[telemetry::instrument]
fn projected<I: Iterator>(mut items: I) -> Option<<I as Iterator>::Item> {
    items.next()
}

trait Links {
    type Item: Iterator;
}
impl Links for u8 {
    type Item = std::vec::IntoIter<u16>;
}

#[telemetry::instrument]
fn projected_twice<T: Links>(
    item: <<T as Links>::Item as Iterator>::Item,
) -> <<T as Links>::Item as Iterator>::Item {
    item
}

#[telemetry::instrument]
fn never(code: u8) -> ! {
    panic!("left with {code}")
}

#[telemetry::instrument]
async fn never_later(code: u8) -> ! {
    super::support::pause().await;
    panic!("left with {code}")
}

#[telemetry::instrument]
fn diverges() -> u32 {
    panic!("no value")
}

#[telemetry::instrument]
async fn diverges_later() -> Result<u32, String> {
    panic!("no value")
}

#[telemetry::instrument]
fn unsized_early(early: bool) -> Box<dyn Debug> {
    if early {
        return Box::new(1_u8);
    }
    Box::new("late")
}

#[telemetry::instrument]
async fn unsized_early_later(early: bool) -> Box<dyn Debug> {
    if early {
        return Box::new(1_u8);
    }
    Box::new("late")
}

#[telemetry::instrument]
fn pointer(double: bool) -> fn(u32) -> u32 {
    if double {
        return |n| n * 2;
    }
    |n| n
}

#[telemetry::instrument]
async fn pointer_later(double: bool) -> fn(u32) -> u32 {
    if double { |n| n * 2 } else { |n| n }
}

#[telemetry::instrument]
fn unsized_reference() -> &'static dyn Debug {
    &1
}

#[telemetry::instrument]
async fn unsized_slice() -> &'static [u32] {
    &[1, 2]
}

#[telemetry::instrument]
fn inferred_tail() -> Vec<u8> {
    (0..3).collect()
}

#[telemetry::instrument]
async fn inferred_tail_later(early: bool) -> Vec<u8> {
    if early {
        return Vec::default();
    }
    (0..3).collect()
}

#[telemetry::instrument]
fn inferred_into(text: &str) -> Result<u8, Box<dyn std::error::Error + Send + Sync>> {
    if text.is_empty() {
        return Err("empty".into());
    }
    if text == "x" {
        Err("x")?;
    }
    Ok(text.parse()?)
}

type Outcome<T> = Result<T, Plain>;

struct Plain;

#[telemetry::instrument]
fn alias(fails: bool) -> Outcome<u8> {
    if fails { Err(Plain) } else { Ok(1) }
}

#[telemetry::instrument]
fn io() -> std::io::Result<()> {
    Ok(())
}

#[telemetry::instrument]
fn unit_explicit() -> () {}

#[telemetry::instrument]
fn unit_early(stop: bool, to: &mut u8) {
    if stop {
        return;
    }
    *to += 1;
}

#[telemetry::instrument]
async fn unit_later(to: &mut u8) {
    if *to == 0 {
        return;
    }
    *to += 1;
}

#[cfg(test)]
mod tests {
    use super::super::support::{calls, errors, run};
    use super::*;

    #[test]
    fn values_arrive() {
        assert_eq!(opaque().sum::<u32>(), 6);
        assert_eq!(opaque_inside().map(|all| all.into_iter().map(Into::into).sum()), Ok(3_u64));
        assert_eq!(format!("{:?}", run(opaque_later())), "Some(1)");
        assert_eq!(opaque_function(2)(3), 5);
        assert_eq!((opaque_in_tuple().0)(7), 7);
        assert_eq!(run(opaque_in_tuple().1), 1);
        assert_eq!(projected([4].into_iter()), Some(4));
        assert_eq!(projected_twice::<u8>(9), 9);
        assert_eq!(format!("{:?}{:?}", unsized_early(true), unsized_early(false)), "1\"late\"");
        assert_eq!(
            format!("{:?}{:?}", run(unsized_early_later(true)), run(unsized_early_later(false))),
            "1\"late\""
        );
        assert_eq!((pointer(true)(4), run(pointer_later(false))(4)), (8, 4));
        assert_eq!(format!("{:?}", unsized_reference()), "1");
        assert_eq!(run(unsized_slice()), [1, 2]);
        assert_eq!((inferred_tail(), run(inferred_tail_later(false))), (vec![0, 1, 2], vec![0, 1, 2]));
        assert!(run(inferred_tail_later(true)).is_empty());
    }

    #[test]
    fn outcomes_follow_the_type_not_its_name() {
        assert!(alias(true).is_err() && alias(false).is_ok() && io().is_ok());
        assert_eq!((calls("shapes", "alias", "error"), calls("shapes", "alias", "success")), (1, 1));
        assert_eq!(calls("shapes", "io", "success"), 1);
        assert_eq!(inferred_into("7").ok(), Some(7));
        assert!(inferred_into("").is_err() && inferred_into("x").is_err() && inferred_into("y").is_err());
        assert_eq!(calls("shapes", "inferred_into", "error"), 3);
        assert_eq!(errors("shapes", "alias", "shapes::Plain"), 1);
    }

    #[test]
    fn units_end_well() {
        let mut to = 1;
        unit_explicit();
        unit_early(true, &mut to);
        unit_early(false, &mut to);
        run(unit_later(&mut to));
        assert_eq!(to, 3);
        assert_eq!(calls("shapes", "unit_early", "success"), 2);
        assert_eq!(calls("shapes", "unit_later", "success"), 1);
    }

    #[test]
    fn functions_without_an_end_panic_as_such() {
        assert!(std::panic::catch_unwind(|| never(1)).is_err());
        assert!(std::panic::catch_unwind(|| run(never_later(1))).is_err());
        assert!(std::panic::catch_unwind(diverges).is_err());
        assert!(std::panic::catch_unwind(|| run(diverges_later())).is_err());
        for name in ["never", "never_later", "diverges", "diverges_later"] {
            assert_eq!(calls("shapes", name, "panicked"), 1, "{name}");
        }
    }
}
