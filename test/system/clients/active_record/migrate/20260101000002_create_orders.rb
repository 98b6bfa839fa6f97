class CreateOrders < ActiveRecord::Migration[6.1]
	def change
		create_table :orders do |t|
			t.references :customer, foreign_key: true
			t.decimal :total, precision: 12, scale: 2
		end
		add_check_constraint :orders, "total >= 0", name: "orders_total_check"
		rename_column :customers, :email, :address
		reversible do |direction|
			direction.up { execute "CREATE VIEW open_orders AS SELECT id FROM orders" }
			direction.down { execute "DROP VIEW open_orders" }
		end
	end
end
