//! The words of the product, one meaning each, as plain data with public fields.

mod build;
mod capture;
mod dump;
mod kind;
mod profile;
mod target;

pub use build::{BuildInfo, Module};
pub use capture::{Capture, CaptureMeta};
pub use dump::{CreatedBy, Dump, Frame, Goroutine, Stack, StackId};
pub use kind::Kind;
pub use profile::{
    Function, FunctionId, Label, LabelValue, Line, Location, LocationId, Mapping, MappingId,
    Profile, Sample, Samples, StrId, Strings, ValueType,
};
pub use target::{Process, Target};
