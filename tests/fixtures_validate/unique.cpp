// A static member of a template: GNU's unique binding, unless the compiler is told otherwise.
template <class T>
struct __attribute__((visibility("default"))) Shared {
   static int value;
};

template <class T>
int Shared<T>::value = 0;

extern "C" __attribute__((visibility("hidden"), used)) int fixture_unique() {
   return Shared<int>::value;
}
