using Traversal.Primitives;

namespace Traversal.Ice;

/// <summary>A candidate as it is signalled: one <c>candidate:</c> line (RFC 8839 section 5.1). Immutable.</summary>
public sealed partial record IceCandidate
{
    /// <summary>The smallest and the largest component (RFC 8445 section 5.1.2.1).</summary>
    internal const int MinComponent = 1, MaxComponent = 256;

    /// <summary>What it has in common with others: 1 to 32 letters, digits, <c>+</c> and <c>/</c>.</summary>
    public required string Foundation { get; init; }

    /// <summary>The component of the stream, 1 to 256.</summary>
    public int Component { get; init; } = MinComponent;

    /// <summary>What carries its packets.</summary>
    public IceTransport Transport { get; init; }

    /// <summary>1 to 2^31 - 1, the higher the better.</summary>
    public required uint Priority { get; init; }

    /// <summary>Where it is reached. While <see cref="HostName"/> is not resolved, only its port means anything.</summary>
    public required TransportAddress Address { get; init; }

    /// <summary>The name in the place of the address: one that multicast DNS resolves, or another that is to be ignored. Null where there is none.</summary>
    public string? HostName { get; init; }

    /// <summary>How the address was learned.</summary>
    public required IceCandidateKind Kind { get; init; }

    /// <summary>The base of a reflexive candidate, or the mapped address of a relayed one; the default where it is not said.</summary>
    public TransportAddress RelatedAddress { get; init; }

    /// <summary>Everything behind that, known or not, as name and value in turn with a space between: <c>tcptype active generation 0</c>.</summary>
    public string Extensions { get; init; } = "";

    /// <summary>Finds the value of an extension by its name.</summary>
    public bool TryGetExtension(ReadOnlySpan<char> name, out ReadOnlySpan<char> value)
    {
        var words = new CandidateWords(Extensions);
        while (words.TryNext(out ReadOnlySpan<char> next) && words.TryNext(out value))
        {
            if (next.SequenceEqual(name)) return true;
        }

        value = default;
        return false;
    }
}
