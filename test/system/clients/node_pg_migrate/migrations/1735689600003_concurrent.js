exports.up = (pgm) => {
	pgm.noTransaction();
	pgm.createIndex("customers", "name", { concurrently: true });
};
exports.down = (pgm) => {
	pgm.noTransaction();
	pgm.dropIndex("customers", "name", { concurrently: true });
};
