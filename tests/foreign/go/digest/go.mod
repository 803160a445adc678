module toy-splitmix-go

go 1.19
