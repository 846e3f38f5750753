//! Reads the settings: at the start, when the editor sends them, when it says that they changed.

use std::sync::Arc;

use serde_json::{Value, json};
use tower_lsp::lsp_types::request::{RegisterCapability, WorkspaceConfiguration};
use tower_lsp::lsp_types::{
    ConfigurationItem, ConfigurationParams, Registration, RegistrationParams,
};

use crate::config::{Config, SECTION};

use super::services::Services;
use super::world::World;

/// Puts these settings in force; what was wrong with them is kept for the status.
pub(crate) fn apply(world: &mut World, settings: &Value) {
    let (config, problems) = Config::from_json(settings);
    world.config = Arc::new(config);
    world.config_problems = Arc::new(problems);
}

/// Reports what was wrong at the start, and asks to be told of changes.
pub(crate) async fn watch(services: Services) {
    let facts = services.world.get().facts.clone();
    if facts.options.settings.is_null() && facts.has_configuration {
        pull(services.clone()).await;
    } else {
        report(&services);
    }
    if facts.registers_configuration {
        let registration = Registration {
            id: "settings".to_owned(),
            method: "workspace/didChangeConfiguration".to_owned(),
            register_options: Some(json!({ "section": SECTION })),
        };
        let params = RegistrationParams { registrations: vec![registration] };
        drop(services.editor.ask::<RegisterCapability>(params));
    }
}

/// The editor says that settings changed. Some send them along, wrapped in the section or not;
/// others send null and expect to be asked.
pub(crate) fn changed(services: &Services, sent: Value) {
    let settings = match sent {
        Value::Object(mut it) if it.contains_key(SECTION) => it.remove(SECTION),
        Value::Object(it) if !it.is_empty() => Some(Value::Object(it)),
        _ => None,
    };
    match settings {
        Some(it) => {
            put_in_force(services, &it);
        }
        None if services.world.get().facts.has_configuration => {
            tokio::spawn(pull(services.clone()));
        }
        None => {}
    }
}

async fn pull(services: Services) {
    let item = ConfigurationItem { scope_uri: None, section: Some(SECTION.to_owned()) };
    let params = ConfigurationParams { items: vec![item] };
    let answer = services.editor.ask::<WorkspaceConfiguration>(params).await;
    let Ok(Ok(values)) = answer else { return };
    let settings = values.into_iter().next().unwrap_or_default();
    put_in_force(&services, &settings);
}

fn put_in_force(services: &Services, settings: &Value) {
    let before = services.world.get().config.clone();
    services.world.update_marks(|world| apply(world, settings));
    if services.world.get().config.substitute_path != before.substitute_path {
        tokio::spawn(services.clone().relocate());
    }
    report(services);
}

fn report(services: &Services) {
    for problem in services.world.get().config_problems.iter() {
        services.editor.log(problem.clone());
    }
}
