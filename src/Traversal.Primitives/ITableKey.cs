namespace Traversal.Primitives;

/// <summary>A struct that can be the key of a <see cref="KeyedIndex{TKey}"/>.</summary>
/// <typeparam name="TSelf">The struct itself.</typeparam>
public interface ITableKey<TSelf> : IEquatable<TSelf>
    where TSelf : struct, ITableKey<TSelf>
{
    /// <summary>Hashes every part of the key that <see cref="IEquatable{T}.Equals(T)"/> compares, with one of the methods of the seed.</summary>
    uint Hash(in HashSeed seed);
}
