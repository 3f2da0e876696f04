namespace Traversal.Primitives;

/// <summary>
/// What a slot of a <see cref="Slab{T}"/> held at a time: the slot number alone would name its next content too. The default value is never
/// current.
/// </summary>
/// <param name="Index">The slot.</param>
/// <param name="Generation">How often the slot has changed hands.</param>
public readonly record struct SlabHandle(int Index, uint Generation);
