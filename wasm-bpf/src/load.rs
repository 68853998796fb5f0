//! Loading an object within the host's limits.

use crate::errno::{Errno, Failure};
use crate::image;
use crate::limits::{Usage, check_open};
use crate::state::State;
use libbpf_rs::ObjectBuilder;

/// Opens and loads an object; its handle. libbpf sees only an image that was verified here.
pub(crate) fn load(state: &mut State, image: &[u8]) -> Result<u64, Failure> {
    let config = &state.config;
    let limits = &config.limits;
    if state.objects.len() >= limits.objects {
        let message = format!("the host allows no more than {} objects", limits.objects);
        return Err(Failure::new(Errno::PERM, message));
    }
    let loaded = state.objects.usage();
    let usage = Usage::of_image(image, limits, loaded)?;
    let image = image::verify(image).map_err(|error| {
        let message = format!("the BPF object is refused: {error}");
        Failure::new(Errno::INVAL, message)
    })?;
    let refused = |refusal: crate::profile::Refusal| Failure::new(Errno::PERM, refusal.to_string());
    limits.profile.check_image(&image).map_err(refused)?;
    let (object, usage) = config.log.listen(|| {
        let open = ObjectBuilder::default()
            .name(&config.object_name)
            .and_then(|builder| builder.open_memory(image.bytes()))
            .map_err(|error| Failure::libbpf("cannot open the BPF object", &error))?;
        let usage = check_open(&open, usage, limits, loaded)?;
        // The image has to live until here.
        let object = open
            .load()
            .map_err(|error| Failure::libbpf("cannot load the BPF object", &error))?;
        Ok((object, usage))
    })?;
    Ok(state.objects.insert(object, usage))
}
