namespace Traversal.Fuzz;

/// <summary>An input to begin with, and the file name that says what it is.</summary>
internal readonly record struct Seed(string Name, byte[] Bytes);
