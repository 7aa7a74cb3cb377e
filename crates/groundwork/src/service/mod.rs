//! A person's services: their names, the templates that they are made from, and how they are built and brought in.

pub mod about;
pub mod base;
pub mod build;
pub mod check;
pub mod database;
pub mod debugger;
pub mod deploy;
pub mod kept;
pub mod kind;
pub mod name;
pub mod platform;
pub mod surroundings;
pub mod template;
pub mod update;
pub mod watch;
