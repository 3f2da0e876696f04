using System.Runtime.CompilerServices;

// What crosses into the kernel is plain memory; nothing is converted on the way.
[assembly: DisableRuntimeMarshalling]
