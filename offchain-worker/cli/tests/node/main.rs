//! The command on a real contracts node. Without one these tests say so in one line and pass, unless the variable
//! `YARROW_NODE_TESTS` says `required`.

mod deployed;
mod localnet;
mod place;
#[path = "../../../chain/tests/on_node/proxy.rs"]
#[expect(dead_code, reason = "the tests of the node backend need more of it")]
mod proxy;
mod worker;
