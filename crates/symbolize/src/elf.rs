//! Reads from an ELF file what unwinding needs: segments, unwind tables, identity. Nothing else of the file is touched.

use crate::address::{FileOffset, Svma};
use object::read::elf::{FileHeader, ProgramHeader, SectionHeader};
use object::{Endianness, ReadCache, ReadCacheOps, ReadRef, elf};

/// A larger unwind table is damage: that of a 1 GB browser binary takes 30 MB.
const MAX_TABLE_BYTES: u64 = 512 << 20;
/// A larger note segment is damage.
const MAX_NOTE_BYTES: u64 = 1 << 20;

/// Where a part of the file lies in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Segment {
    pub(crate) file_offset: FileOffset,
    pub(crate) file_size: u64,
    pub(crate) svma: Svma,
    pub(crate) is_executable: bool,
}

/// The contents of a section and where it lies.
#[derive(Clone, Debug, Default)]
pub(crate) struct Section {
    pub(crate) svma: Svma,
    pub(crate) bytes: Box<[u8]>,
}

/// The parts of an ELF file that unwinding needs.
#[derive(Clone, Debug, Default)]
pub(crate) struct Image {
    pub(crate) segments: Vec<Segment>,
    pub(crate) build_id: Option<Box<[u8]>>,
    /// Where the system starts the program; 0 in most libraries.
    pub(crate) entry: Svma,
    /// True when no dynamic loader is asked for.
    pub(crate) is_static: bool,
    pub(crate) eh_frame: Option<Section>,
    pub(crate) text: Svma,
    pub(crate) got: Svma,
}

impl Image {
    /// Reads a 64-bit ELF file. `None` when it is something else or damaged beyond use; damaged tables are left out.
    pub(crate) fn read(file: impl ReadCacheOps) -> Option<Self> {
        let cache = ReadCache::new(file);
        let data = &cache;
        let header = elf::FileHeader64::<Endianness>::parse(data).ok()?;
        let endian = header.endian().ok()?;
        let mut image = Self {
            entry: Svma(header.e_entry(endian)),
            is_static: true,
            ..Self::default()
        };
        for segment in header.program_headers(endian, data).ok()? {
            match segment.p_type(endian) {
                elf::PT_LOAD => image.segments.push(Segment {
                    file_offset: FileOffset(segment.p_offset(endian)),
                    file_size: segment.p_filesz(endian),
                    svma: Svma(segment.p_vaddr(endian)),
                    is_executable: segment.p_flags(endian).contains(elf::PF_X),
                }),
                elf::PT_INTERP => image.is_static = false,
                elf::PT_NOTE if image.build_id.is_none() && segment.p_filesz(endian) <= MAX_NOTE_BYTES => {
                    image.build_id = build_id(endian, segment, data);
                }
                _ => {}
            }
        }
        image.read_sections(header, endian, data);
        Some(image)
    }

    fn read_sections<'data, R: ReadRef<'data>>(
        &mut self,
        header: &elf::FileHeader64<Endianness>,
        endian: Endianness,
        data: R,
    ) {
        let Ok(sections) = header.sections(endian, data) else {
            return;
        };
        for section in sections.iter() {
            let Ok(name) = sections.section_name(endian, section) else {
                continue;
            };
            let svma = Svma(section.sh_addr(endian));
            let load = || {
                let bytes = (section.sh_size(endian) <= MAX_TABLE_BYTES)
                    .then(|| section.data(endian, data).ok())
                    .flatten()?;
                (!bytes.is_empty()).then(|| Section {
                    svma,
                    bytes: bytes.into(),
                })
            };
            match name {
                b".eh_frame" => self.eh_frame = load(),
                b".text" => self.text = svma,
                b".got" => self.got = svma,
                _ => {}
            }
        }
    }

    /// Where the byte at `offset` of the file lies in memory. Mappings are made of whole pages, so the bytes just
    /// outside a segment are taken for its own when no other segment holds them.
    pub(crate) fn svma_at(&self, offset: FileOffset) -> Option<Svma> {
        const PAGE: u64 = 4096;
        let position = |segment: &Segment| {
            let start = segment.file_offset.0;
            let end = start.saturating_add(segment.file_size);
            let is_inside = (start..end).contains(&offset.0);
            let is_near = (start / PAGE * PAGE..end.saturating_add(PAGE - 1) / PAGE * PAGE).contains(&offset.0);
            is_near.then(|| {
                let svma = Svma(segment.svma.0.wrapping_add(offset.0).wrapping_sub(start));
                ((segment.is_executable, is_inside), svma)
            })
        };
        self.segments
            .iter()
            .filter_map(position)
            .max_by_key(|&(rank, _)| rank)
            .map(|(_, svma)| svma)
    }

    /// False when the file says that there is no code at `svma`.
    pub(crate) fn may_be_code(&self, svma: Svma) -> bool {
        self.segments.is_empty()
            || self.segments.iter().any(|segment| {
                let end = segment.svma.0.saturating_add(segment.file_size);
                segment.is_executable && (segment.svma.0..end).contains(&svma.0)
            })
    }

    /// Where the byte at `svma` lies in the file.
    pub(crate) fn file_offset_of(&self, svma: Svma) -> Option<FileOffset> {
        self.segments.iter().find_map(|segment| {
            let within = svma.0.checked_sub(segment.svma.0)?;
            (within < segment.file_size).then(|| FileOffset(segment.file_offset.0.wrapping_add(within)))
        })
    }
}

fn build_id<'data, R: ReadRef<'data>>(
    endian: Endianness,
    segment: &elf::ProgramHeader64<Endianness>,
    data: R,
) -> Option<Box<[u8]>> {
    let mut notes = segment.notes(endian, data).ok()??;
    while let Ok(Some(note)) = notes.next() {
        if note.name() == elf::ELF_NOTE_GNU && note.n_type(endian) == elf::NT_GNU_BUILD_ID && !note.desc().is_empty() {
            return Some(note.desc().into());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::io::Cursor;

    #[test]
    fn reads_the_running_test() {
        let file = fs::File::open("/proc/self/exe").unwrap();
        let image = Image::read(file).unwrap();
        assert!(!image.is_static && image.eh_frame.is_some());
        let text = image.file_offset_of(image.text).unwrap();
        assert_eq!(image.svma_at(text), Some(image.text));
    }

    #[test]
    fn damaged_files_are_refused_or_read_in_part() {
        let whole = fs::read("/bin/true").unwrap();
        for len in (0..whole.len()).step_by(61) {
            let _ = Image::read(Cursor::new(&whole[..len]));
        }
        for at in (0..whole.len().min(4096)).chain((4096..whole.len()).step_by(97)) {
            let mut changed = whole.clone();
            changed[at] ^= 0xff;
            if let Some(image) = Image::read(Cursor::new(&changed[..])) {
                let _ = image.svma_at(FileOffset(u64::MAX));
                let _ = image.file_offset_of(Svma(u64::MAX));
            }
        }
    }

    #[test]
    fn a_page_shared_by_two_segments_counts_as_code() {
        let segment = |file_offset, file_size, svma, is_executable| Segment {
            file_offset: FileOffset(file_offset),
            file_size,
            svma: Svma(svma),
            is_executable,
        };
        let image = Image {
            segments: vec![
                segment(0, 0x1800, 0, false),
                segment(0x1800, 0x1000, 0x2800, true),
                segment(0x2800, 0x800, 0x4800, false),
            ],
            ..Image::default()
        };
        assert_eq!(image.svma_at(FileOffset(0x1000)), Some(Svma(0x2000)));
        assert_eq!(image.svma_at(FileOffset(0x2000)), Some(Svma(0x3000)));
        assert_eq!(image.svma_at(FileOffset(0x9000)), None);
    }
}
