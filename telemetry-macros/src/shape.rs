//! Which of the few shapes a function has; the shape decides its expansion.

use syn::{
    GenericArgument, Path, PathArguments, ReturnType, Signature, Type, TypeParamBound,
    punctuated::Punctuated, token::Plus,
};

/// A function, seen by how its call ends.
pub(crate) enum Shape {
    /// Sync, without a value to look at: `()` or `!`.
    Unit,
    /// Sync, with a value.
    Value,
    /// `async fn`.
    Async,
    /// `async fn .. -> !`.
    AsyncNever,
    /// `-> impl Future`, with the output if it is written.
    Future(Option<Box<Type>>),
    /// `-> Pin<Box<dyn Future>>` and its aliases in the futures crate.
    Boxed(Boxed),
    /// `-> impl Stream`, with the item.
    Stream(Box<Type>),
    /// `-> Pin<Box<dyn Stream>>` and its aliases in the futures crate.
    BoxedStream(Boxed),
}

/// How a box holds a future or a stream.
#[derive(Clone, Copy)]
pub(crate) enum Boxed {
    /// `Pin<Box<..>>`
    Pinned,
    /// `Box<..>`
    Unpinned,
}

impl Shape {
    pub(crate) fn of(sig: &Signature) -> Self {
        let output = output(sig);
        if sig.asyncness.is_some() {
            return match output {
                Some(Type::Never(_)) => Self::AsyncNever,
                _ => Self::Async,
            };
        }
        match output {
            None | Some(Type::Never(_)) => Self::Unit,
            Some(Type::Tuple(tuple)) if tuple.elems.is_empty() => Self::Unit,
            Some(Type::ImplTrait(opaque)) => match future(&opaque.bounds) {
                Some(path) => Self::Future(associated(path, "Output")),
                None => stream_item(&opaque.bounds).map_or(Self::Value, Self::Stream),
            },
            Some(Type::Path(path)) if path.qself.is_none() => boxed(&path.path).unwrap_or(Self::Value),
            Some(_) => Self::Value,
        }
    }

    /// Whether the call is not the function but what it returns.
    pub(crate) fn is_returned(&self) -> bool {
        matches!(self, Self::Future(_) | Self::Boxed(_) | Self::Stream(_) | Self::BoxedStream(_))
    }
}

/// Whether the output is `()` or `!`, so that it can carry neither an error nor a rejection.
pub(crate) fn without_value(sig: &Signature) -> bool {
    match output(sig) {
        None | Some(Type::Never(_)) => true,
        Some(Type::Tuple(tuple)) => tuple.elems.is_empty(),
        Some(_) => false,
    }
}

fn output(sig: &Signature) -> Option<&Type> {
    match &sig.output {
        ReturnType::Default => None,
        ReturnType::Type(_, ty) => Some(bare(ty)),
    }
}

/// The type without parentheses and the invisible groups of macro_rules.
pub(crate) fn bare(ty: &Type) -> &Type {
    match ty {
        Type::Group(group) => bare(&group.elem),
        Type::Paren(paren) => bare(&paren.elem),
        other => other,
    }
}

/// The `Future` among some bounds.
fn future(bounds: &Punctuated<TypeParamBound, Plus>) -> Option<&Path> {
    bounds.iter().find_map(|bound| match bound {
        TypeParamBound::Trait(bound)
            if ends_with(&bound.path, "Future") || ends_with(&bound.path, "FusedFuture") =>
        {
            Some(&bound.path)
        }
        _ => None,
    })
}

/// The type after `name =` in the arguments of a trait.
fn associated(path: &Path, name: &str) -> Option<Box<Type>> {
    arguments(path).find_map(|argument| match argument {
        GenericArgument::AssocType(assoc) if assoc.ident == name => Some(Box::new(assoc.ty.clone())),
        _ => None,
    })
}

/// The items of the `Stream` among some bounds; a trait of that name without items is another one.
fn stream_item(bounds: &Punctuated<TypeParamBound, Plus>) -> Option<Box<Type>> {
    bounds.iter().find_map(|bound| match bound {
        TypeParamBound::Trait(bound)
            if ends_with(&bound.path, "Stream") || ends_with(&bound.path, "FusedStream") =>
        {
            associated(&bound.path, "Item")
        }
        _ => None,
    })
}

/// A boxed future or stream.
fn boxed(path: &Path) -> Option<Shape> {
    let name = path.segments.last()?.ident.to_string();
    match name.as_str() {
        "BoxFuture" | "LocalBoxFuture" => return Some(Shape::Boxed(Boxed::Pinned)),
        "BoxStream" | "LocalBoxStream" => return Some(Shape::BoxedStream(Boxed::Pinned)),
        _ => {}
    }
    let pointee = |path: &Path, name: &str| match first_type(path) {
        Some(ty) if ends_with(path, name) => Some(ty.clone()),
        _ => None,
    };
    let (holder, inside) = match pointee(path, "Pin") {
        Some(Type::Path(pinned)) => (Boxed::Pinned, pointee(&pinned.path, "Box")?),
        Some(_) => return None,
        None => (Boxed::Unpinned, pointee(path, "Box")?),
    };
    let bounds = match inside {
        Type::TraitObject(object) => object.bounds,
        Type::ImplTrait(opaque) if matches!(holder, Boxed::Pinned) => opaque.bounds,
        _ => return None,
    };
    match future(&bounds) {
        Some(_) => Some(Shape::Boxed(holder)),
        None => stream_item(&bounds).map(|_| Shape::BoxedStream(holder)),
    }
}

fn first_type(path: &Path) -> Option<&Type> {
    arguments(path).find_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(bare(ty)),
        _ => None,
    })
}

fn arguments(path: &Path) -> impl Iterator<Item = &GenericArgument> {
    let list = path.segments.last().and_then(|segment| match &segment.arguments {
        PathArguments::AngleBracketed(list) => Some(&list.args),
        _ => None,
    });
    list.into_iter().flatten()
}

fn ends_with(path: &Path, name: &str) -> bool {
    path.segments.last().is_some_and(|segment| segment.ident == name)
}
