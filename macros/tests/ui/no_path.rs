apiloom_macros::api!();

fn main() {}
