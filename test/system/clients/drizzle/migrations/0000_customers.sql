CREATE TABLE "customers" ("id" bigserial PRIMARY KEY, "email" text NOT NULL UNIQUE);
--> statement-breakpoint
CREATE TABLE "orders" ("id" bigserial PRIMARY KEY, "customer_id" bigint NOT NULL);
--> statement-breakpoint
ALTER TABLE "orders" ADD CONSTRAINT "orders_customers_fk" FOREIGN KEY ("customer_id") REFERENCES "customers"("id");
