//! Decides for each request of a multi-tenant service whether it may pass.

use crate::random::Random;

#[derive(Clone)]
struct Settings {
    tenant: String,
    allowed_origins: Vec<String>,
    limits: Vec<Limit>,
    banner: String,
}

#[derive(Clone)]
struct Limit {
    prefix: String,
    per_minute: u32,
}

struct Request {
    tenant: usize,
    origin: String,
    path: String,
    this_minute: u32,
}

#[derive(Debug, PartialEq, Eq, Clone, Copy)]
enum Verdict {
    Pass,
    WrongOrigin,
    TooMany,
}

struct Service {
    tenants: Vec<Settings>,
}

impl Service {
    fn settings(&self, tenant: usize) -> &Settings {
        &self.tenants[tenant]
    }

    fn judge(&self, request: &Request) -> Verdict {
        let settings = self.settings(request.tenant);
        check(settings, request)
    }
}

fn check(settings: &Settings, request: &Request) -> Verdict {
    if !settings.allowed_origins.contains(&request.origin) {
        return Verdict::WrongOrigin;
    }
    let limit = settings
        .limits
        .iter()
        .find(|limit| request.path.starts_with(&limit.prefix));
    match limit {
        Some(limit) if request.this_minute > limit.per_minute => Verdict::TooMany,
        _ => Verdict::Pass,
    }
}

fn tenant(number: usize) -> Settings {
    Settings {
        tenant: format!("tenant-{number}"),
        allowed_origins: (0..4)
            .map(|host| format!("https://host{host}.tenant{number}.example"))
            .collect(),
        limits: ["/api/search", "/api/export", "/login", "/"]
            .iter()
            .enumerate()
            .map(|(index, prefix)| Limit {
                prefix: prefix.to_string(),
                per_minute: 20 + 30 * index as u32,
            })
            .collect(),
        banner: "scheduled maintenance on Sunday".to_owned(),
    }
}

fn requests(count: usize, tenants: usize) -> Vec<Request> {
    let mut random = Random::new(151);
    (0..count)
        .map(|_| {
            let tenant = random.below(tenants);
            Request {
                tenant,
                origin: format!("https://host{}.tenant{tenant}.example", random.below(5)),
                path: random
                    .pick(&["/api/search?q=a", "/api/export", "/login", "/home"])
                    .to_string(),
                this_minute: random.below(120) as u32,
            }
        })
        .collect()
}

pub fn run(scale: usize) {
    let service = Service {
        tenants: (0..40).map(tenant).collect(),
    };
    let requests = requests(20_000, service.tenants.len());
    let mut verdicts = [0u32; 3];
    for _ in 0..220 * scale {
        for request in &requests {
            verdicts[service.judge(request) as usize] += 1;
        }
    }
    let texts: usize = service
        .tenants
        .iter()
        .map(|settings| settings.tenant.len() + settings.banner.len())
        .sum();
    println!("{verdicts:?} {:?} first, {texts}", Verdict::Pass);
}
