//! Lists books with one query for each book's author: the N+1 query.

use postgres::{Client, Error, NoTls};

const SETUP: &str = "
    CREATE TEMPORARY TABLE authors (id int PRIMARY KEY, name text);
    CREATE TEMPORARY TABLE books (id int, author int);
    INSERT INTO authors SELECT i, 'author ' || i FROM generate_series(1, 500) i;
    INSERT INTO books SELECT i, 1 + i % 500 FROM generate_series(1, 3000) i;";

fn author(client: &mut Client, id: i32) -> Result<String, Error> {
    let row = client.query_one("SELECT name FROM authors WHERE id = $1", &[&id])?;
    Ok(row.get(0))
}

fn main() -> Result<(), Error> {
    let url = std::env::var("POSTGRES_URL").expect("POSTGRES_URL says which server to ask");
    let mut client = Client::connect(&url, NoTls)?;
    client.batch_execute(SETUP)?;
    let books = client.query("SELECT id, author FROM books", &[])?;
    let mut letters = 0;
    for book in &books {
        letters += author(&mut client, book.get(1))?.len(); //~ round-trip-per-item
    }
    println!("{letters}");
    Ok(())
}
