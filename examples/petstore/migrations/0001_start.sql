CREATE TABLE pets (
    id            INTEGER PRIMARY KEY,
    name          TEXT NOT NULL,
    category      TEXT,             -- JSON
    photo_urls    TEXT NOT NULL,    -- JSON list
    tags          TEXT,             -- JSON list
    status        TEXT NOT NULL CHECK (status IN ('available', 'pending', 'sold'))
) STRICT;
CREATE INDEX pets_status ON pets (status);

CREATE TABLE images (
    id       INTEGER PRIMARY KEY,
    pet      INTEGER NOT NULL REFERENCES pets (id) ON DELETE CASCADE,
    remark   TEXT,
    bytes    BLOB NOT NULL
) STRICT;
CREATE INDEX images_pet ON images (pet);

CREATE TABLE orders (
    id        INTEGER PRIMARY KEY,
    pet       INTEGER NOT NULL,
    quantity  INTEGER NOT NULL,
    ship_date TEXT,
    status    TEXT NOT NULL CHECK (status IN ('placed', 'approved', 'delivered')),
    complete  INTEGER NOT NULL
) STRICT;

CREATE TABLE users (
    id          INTEGER PRIMARY KEY,
    username    TEXT NOT NULL UNIQUE,
    first_name  TEXT,
    last_name   TEXT,
    email       TEXT,
    password    TEXT,
    phone       TEXT,
    user_status INTEGER
) STRICT;

INSERT INTO pets (id, name, category, photo_urls, tags, status) VALUES
    (1, 'Bella', '{"id":1,"name":"Dogs"}', '["https://example.com/bella.jpg"]', '[{"id":1,"name":"friendly"}]', 'available'),
    (2, 'Milo', '{"id":2,"name":"Cats"}', '[]', '[{"id":2,"name":"shy"},{"id":3,"name":"indoor"}]', 'available'),
    (3, 'Nemo', '{"id":3,"name":"Fish"}', '[]', NULL, 'pending'),
    (4, 'Kiwi', '{"id":4,"name":"Birds"}', '[]', '[{"id":1,"name":"friendly"}]', 'sold');
INSERT INTO orders (id, pet, quantity, ship_date, status, complete) VALUES
    (1, 4, 1, '2026-01-15T10:00:00Z', 'delivered', 1);
INSERT INTO users (id, username, first_name, last_name, email, password, phone, user_status) VALUES
    (1, 'theUser', 'John', 'James', 'john@example.com', '12345', '12345', 1);
