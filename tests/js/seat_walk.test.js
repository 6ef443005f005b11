import assert from "node:assert/strict"
import test from "node:test"
import { ledTo } from "../../static/js/seats/walk.js"

// Two rows of two and two beside each other, as a wide screen shows them: rows run down, the aisle lies across.
const seats = [1, 2, 3].flatMap((row) => [..."ABCD"].map((letter, place) => ({ name: `${row}${letter}`, x: row * 40, y: [0, 40, 110, 150][place] })))
const at = (name) => seats.find((seat) => seat.name === name)
const led = (name, key, ctrlKey = false) => ledTo({ key, ctrlKey }, at(name), seats, 36)?.name ?? null

test("arrows lead to the next seat as it is seen, over the aisle too", () => {
  assert.equal(led("1A", "ArrowRight"), "2A")
  assert.equal(led("2B", "ArrowLeft"), "1B")
  assert.equal(led("1B", "ArrowDown"), "1C")
  assert.equal(led("1C", "ArrowUp"), "1B")
})

test("at the edge an arrow leads nowhere", () => {
  assert.equal(led("1A", "ArrowUp"), null)
  assert.equal(led("3D", "ArrowRight"), null)
})

test("Home and End lead to the ends of the line, with Ctrl to the first and last of all", () => {
  assert.equal(led("2C", "Home"), "1C")
  assert.equal(led("2C", "End"), "3C")
  assert.equal(led("2C", "Home", true), "1A")
  assert.equal(led("2C", "End", true), "3D")
})

test("other keys, and arrows with Ctrl, are left alone", () => {
  assert.equal(led("2C", "a"), null)
  assert.equal(led("2C", "ArrowRight", true), null)
})
