//! Lists books and their authors with one query.

use postgres::{Client, Error, NoTls};

const SETUP: &str = "
    CREATE TEMPORARY TABLE authors (id int PRIMARY KEY, name text);
    CREATE TEMPORARY TABLE books (id int, author int);
    INSERT INTO authors SELECT i, 'author ' || i FROM generate_series(1, 500) i;
    INSERT INTO books SELECT i, 1 + i % 500 FROM generate_series(1, 3000) i;";

fn main() -> Result<(), Error> {
    let url = std::env::var("POSTGRES_URL").expect("POSTGRES_URL says which server to ask");
    let mut client = Client::connect(&url, NoTls)?;
    client.batch_execute(SETUP)?;
    let query = "SELECT books.id, name FROM books JOIN authors ON authors.id = books.author";
    let mut letters = 0;
    for book in &client.query(query, &[])? {
        letters += book.get::<_, String>(1).len();
    }
    println!("{letters}");
    Ok(())
}
