//! The command on a real contracts node. Without one these tests say so in one line and pass, unless the variable
//! `YARROW_NODE_TESTS` says `required`.

mod deployed;
mod localnet;
mod place;
