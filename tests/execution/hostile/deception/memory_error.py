# expect: exec.memory
# Claims that memory ran out; that is what it gets.
raise MemoryError
