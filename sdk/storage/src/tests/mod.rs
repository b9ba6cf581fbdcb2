mod containers;
mod indexes;
mod ranges;
mod snapshots;
