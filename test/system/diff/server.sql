-- What belongs to the whole server and the cases use: created once.
CREATE ROLE alice;
CREATE ROLE bob;
CREATE ROLE carol;
CREATE ROLE dave SUPERUSER;
CREATE ROLE "Role ""q""";
CREATE TABLESPACE space LOCATION '';
