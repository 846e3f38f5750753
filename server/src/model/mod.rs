//! The words of the product, one meaning each, as plain data with public fields.

mod build;
mod capture;
mod dump;
mod kind;
mod mapped;
mod profile;
mod samples;
mod sink;
mod site;
mod target;
mod time;

pub use build::{BuildInfo, Module};
pub use capture::{Capture, CaptureMeta, LastGc};
pub use dump::{CreatedBy, Dump, Frame, Goroutine, Stack, StackId};
pub use kind::Kind;
pub use mapped::MappedFile;
pub use profile::{
    Function, FunctionId, Line, Location, LocationId, Mapping, MappingId, Profile, StrId, Strings,
    ValueType,
};
pub(crate) use samples::pack;
pub use samples::{Label, LabelSetId, LabelValue, PackedStack, Sample, Samples};
pub use sink::SampleSink;
pub use site::{Local, Site, Sites, Turn, Waker};
pub use target::{Process, Target};
pub use time::nanos;
