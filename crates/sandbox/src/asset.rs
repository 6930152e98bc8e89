//! The sandbox's style sheets and scripts, compiled in; the gateway serves them beside its own.

use lunas_gateway::pages::asset::Asset;
pub(crate) use lunas_gateway::pages::asset::PAGE_CSS;

const CSS: &str = "text/css; charset=utf-8";
const JAVASCRIPT: &str = "text/javascript; charset=utf-8";

/// The container's style.
pub(crate) static CONTAINER_CSS: Asset =
    Asset::new("container.css", CSS, include_str!("../assets/container.css"));
/// The container's own script.
pub(crate) static CONTAINER_JS: Asset =
    Asset::new("container.js", JAVASCRIPT, include_str!("../assets/container.js"));
/// The script that gives a page its `gpContainer`.
pub(crate) static GP_CONTAINER_JS: Asset =
    Asset::new("gp-container.js", JAVASCRIPT, include_str!("../assets/gp-container.js"));
/// The demo shop's style.
pub(crate) static DEMO_CSS: Asset = Asset::new("demo.css", CSS, include_str!("../assets/demo.css"));
/// The demo shop's script.
pub(crate) static DEMO_JS: Asset = Asset::new("demo.js", JAVASCRIPT, include_str!("../assets/demo.js"));

/// All of them.
pub(crate) static ALL: [&Asset; 5] = [&CONTAINER_CSS, &CONTAINER_JS, &GP_CONTAINER_JS, &DEMO_CSS, &DEMO_JS];
