using System.Globalization;
using Traversal.Primitives;

namespace Traversal.Ice;

/// <summary>
/// Gives candidates of the same type, base address and server the same foundation, and all others another one (RFC 8445 section 5.1.1.3).
/// </summary>
internal sealed class Foundations
{
    private readonly List<(IceCandidateKind Kind, TransportAddress Base, TransportAddress Server)> _known = [];

    public string Of(in IceLocalCandidate candidate)
    {
        (IceCandidateKind, TransportAddress, TransportAddress) key = (candidate.Kind, candidate.Base.WithPort(0), candidate.Server.WithPort(0));
        int index = _known.IndexOf(key);
        if (index < 0)
        {
            index = _known.Count;
            _known.Add(key);
        }

        return (index + 1).ToString(CultureInfo.InvariantCulture);
    }
}
