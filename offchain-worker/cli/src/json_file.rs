//! JSON files for other programs: whoever sees one sees all of it.

use std::{
    fs::{self, File},
    io::{self, Write as _},
    path::Path,
};

use serde::Serialize;

/// Writes a file beside its place, and puts it there when it is whole and on the disk.
pub(crate) fn write(path: &Path, content: &impl Serialize) -> io::Result<()> {
    let mut draft = path.as_os_str().to_owned();
    draft.push(".partial");
    let mut file = File::create(&draft)?;
    serde_json::to_writer_pretty(&mut file, content)?;
    writeln!(file)?;
    file.sync_all()?;
    fs::rename(&draft, path)
}
