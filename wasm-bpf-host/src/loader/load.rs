//! Loading an object within the host's limits.

use super::message::Settings;
use crate::errno::{Errno, Failure};
use crate::error::chain;
use crate::image;
use crate::limits::{Usage, check_open};
use crate::log::{Heard, hear_libbpf};
use crate::profile::Refusal;
use libbpf_rs::ObjectBuilder;

/// Opens and loads an object, within what others have left of the limits; also what it takes of them. libbpf sees only an image
/// that was verified here.
pub(crate) fn load(
    settings: &Settings,
    image: &[u8],
    loaded: Usage,
) -> Heard<(libbpf_rs::Object, Usage)> {
    let limits = &settings.limits;
    let (usage, image) = match verify(settings, image, loaded) {
        Ok(verified) => verified,
        Err(failure) => return failure.into(),
    };
    hear_libbpf(settings.verbose, limits.log_bytes, || {
        let open = ObjectBuilder::default()
            .name(&settings.object_name)
            .and_then(|builder| builder.open_memory(image.bytes()))
            .map_err(|error| Failure::libbpf("cannot open the BPF object", &error))?;
        let usage = check_open(&open, usage, limits, loaded)?;
        // The image has to live until here.
        let object = open
            .load()
            .map_err(|error| Failure::libbpf("cannot load the BPF object", &error))?;
        Ok((object, usage))
    })
}

fn verify<'a>(
    settings: &Settings,
    image: &'a [u8],
    loaded: Usage,
) -> Result<(Usage, image::VerifiedImage<'a>), Failure> {
    let limits = &settings.limits;
    let usage = Usage::of_image(image, limits, loaded)?;
    let image = image::verify(image).map_err(|error| {
        let message = format!("the BPF object is refused: {}", chain(&error));
        Failure::new(Errno::INVAL, message)
    })?;
    let refused = |refusal: Refusal| Failure::new(Errno::PERM, refusal.to_string());
    limits.profile.check_image(&image).map_err(refused)?;
    Ok((usage, image))
}
