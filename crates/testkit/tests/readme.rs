//! What the documentation begins with is what a crate outside the workspace runs.

#[test]
fn the_first_example_is_the_test_of_the_crate_outside() {
    let readme = include_str!("../README.md");
    let (_, rest) = readme.split_once("```rust\n").expect("there is an example");
    let (example, _) = rest.split_once("```\n").expect("the example ends");
    let (_, outside) =
        include_str!("outside/tests/readme.rs").split_once("\n\n").expect("a line of words first");
    assert_eq!(example, outside);
}
