//! Reads the way points of a map, kept as a shape file with its index.

use shapefile::{Point, ShapeReader, ShapeWriter};
use std::env;
use std::path::{Path, PathBuf};

fn main() -> Result<(), shapefile::Error> {
    let points = env::args().nth(1).map_or(60_000, |n| n.parse().expect("a number of points"));
    let path = env::temp_dir().join(format!("way-points-{}.shp", std::process::id()));
    write(&path, points)?;
    let mut east = 0.0;
    let mut count = 0;
    for _ in 0..4 {
        let mut reader = ShapeReader::from_path(&path)?;
        for point in reader.iter_shapes_as::<Point>() {
            east += point?.x;
            count += 1;
        }
    }
    println!("{count} points, {east:.1}");
    for file in [path.clone(), index_of(&path)] {
        std::fs::remove_file(file)?;
    }
    Ok(())
}

fn write(path: &Path, points: u32) -> Result<(), shapefile::Error> {
    let points: Vec<Point> =
        (0..points).map(|i| Point::new(f64::from(i % 360) - 180.0, f64::from(i % 180) - 90.0)).collect();
    ShapeWriter::from_path(path)?.write_shapes(&points)
}

fn index_of(path: &Path) -> PathBuf {
    path.with_extension("shx")
}
