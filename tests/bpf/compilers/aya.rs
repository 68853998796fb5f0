// What aya's programs are made of: its maps and its macros.
#![no_std]
#![no_main]

use aya_ebpf::helpers::bpf_get_current_pid_tgid;
use aya_ebpf::macros::{map, tracepoint};
use aya_ebpf::maps::{HashMap, PerCpuArray, RingBuf};
use aya_ebpf::programs::TracePointContext;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct Event {
    pid: u32,
    code: Option<u32>,
    count: u64,
}

#[map]
static COUNTS: HashMap<u32, u64> = HashMap::with_max_entries(64, 0);

#[map]
static LATEST: PerCpuArray<Event> = PerCpuArray::with_max_entries(1, 0);

#[map]
static EVENTS: RingBuf = RingBuf::with_byte_size(4096, 0);

#[tracepoint]
pub fn on_exit(_context: TracePointContext) -> u32 {
    let pid = (bpf_get_current_pid_tgid() >> 32) as u32;
    // SAFETY: nobody keeps the reference.
    let count = unsafe { COUNTS.get(&pid) }.copied().unwrap_or(0) + 1;
    let _ = COUNTS.insert(&pid, &count, 0);
    let event = Event {
        pid,
        code: Some(1),
        count,
    };
    if let Some(latest) = LATEST.get_ptr_mut(0) {
        // SAFETY: this CPU's element.
        unsafe { *latest = event };
    }
    let _ = EVENTS.output::<Event>(event, 0);
    0
}

#[unsafe(link_section = "license")]
#[unsafe(no_mangle)]
static LICENSE: [u8; 4] = *b"GPL\0";

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    loop {}
}
