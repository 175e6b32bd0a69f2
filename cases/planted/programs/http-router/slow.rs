//! Dispatches the requests of an access log to the handlers of a small web service.

use crate::random::Random;

struct Request {
    method: Method,
    path: String,
    body: Vec<u8>,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Method {
    Get,
    Post,
}

trait Handler {
    fn handle(&self, request: &Request) -> u64;
}

/// Answers with a checksum of the body.
struct Upload {
    salt: u64,
}

/// Answers with the size of a listing.
struct Listing {
    page_size: u64,
}

struct Route {
    method: Method,
    path: String,
    handler: Box<dyn Handler>,
}

#[derive(Default)]
struct Router {
    routes: Vec<Route>,
}

impl Handler for Upload {
    fn handle(&self, request: &Request) -> u64 {
        request
            .body
            .iter()
            .fold(self.salt, |sum, &byte| sum.rotate_left(5) ^ u64::from(byte))
    }
}

impl Handler for Listing {
    fn handle(&self, request: &Request) -> u64 {
        self.page_size + request.path.len() as u64
    }
}

impl Router {
    fn add(&mut self, method: Method, path: String, handler: Box<dyn Handler>) {
        self.routes.push(Route { method, path, handler });
    }

    fn find(&self, request: &Request) -> Option<&dyn Handler> {
        self.routes
            .iter()
            .find(|route| route.method == request.method && route.path == request.path) //~
            .map(|route| route.handler.as_ref())
    }

    fn dispatch(&self, request: &Request) -> u64 {
        self.find(request).map_or(404, |handler| handler.handle(request))
    }
}

const AREAS: [&str; 6] = ["users", "orders", "stock", "invoices", "reports", "session"];

fn path(area: usize, action: usize) -> String {
    format!("/api/v2/{}/action-{action:02}", AREAS[area])
}

fn service() -> Router {
    let mut router = Router::default();
    for area in 0..AREAS.len() {
        for action in 0..60 {
            router.add(
                Method::Get,
                path(area, action),
                Box::new(Listing {
                    page_size: action as u64,
                }),
            );
            router.add(Method::Post, path(area, action), Box::new(Upload { salt: area as u64 }));
        }
    }
    router
}

fn requests(count: usize) -> Vec<Request> {
    let mut random = Random::new(13);
    (0..count)
        .map(|_| Request {
            method: if random.below(3) == 0 {
                Method::Post
            } else {
                Method::Get
            },
            path: path(random.below(AREAS.len()), random.below(62)),
            body: (0..100).map(|_| random.next() as u8).collect(),
        })
        .collect()
}

pub fn run(scale: usize) {
    let router = service();
    let requests = requests(20_000);
    let mut sum = 0u64;
    for _ in 0..140 * scale {
        for request in &requests {
            sum = sum.wrapping_add(router.dispatch(request));
        }
    }
    println!("{} routes, answers {sum:x}", router.routes.len());
}
