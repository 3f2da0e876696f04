using System.Text;
using Traversal.Ice;
using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Simulation.Runs;

/// <summary>
/// Sees what a host sends and gets, and so knows whether what its agent says of a failure is true. What is relayed it does not look into: where a relay
/// carries anything, there is no failure.
/// </summary>
internal sealed class Witness
{
    private readonly Dictionary<TransactionId, TransportAddress> _asked = [];
    private string _ufrag = "";
    private int _checks, _nominations, _answers, _fromElsewhere;

    /// <summary>Whether there was a way since the last offer.</summary>
    public bool HadRoute { get; set; }

    public void OnSent(in TransportAddress remote, ReadOnlySpan<byte> bytes, string ufrag)
    {
        FollowSession(ufrag);
        if (StunMessage.TryParse(bytes, out StunMessage message) != StunParseStatus.Ok || message.Class != StunClass.Request) return;
        if (message.TryGet(StunAttributeType.Username, out ReadOnlySpan<byte> name) && name.EndsWith(Encoding.ASCII.GetBytes(":" + ufrag))) _asked[message.TransactionId] = remote;
    }

    public void OnReceived(in TransportAddress source, ReadOnlySpan<byte> bytes, string ufrag)
    {
        FollowSession(ufrag);
        if (StunMessage.TryParse(bytes, out StunMessage message) != StunParseStatus.Ok) return;

        if (message.Class == StunClass.Request)
        {
            if (message.TryGet(StunAttributeType.Username, out ReadOnlySpan<byte> name) && name.StartsWith(Encoding.ASCII.GetBytes(ufrag + ":")))
            {
                _checks++;
                if (message.Has(StunAttributeType.UseCandidate)) _nominations++;
            }
        }
        else if (_asked.TryGetValue(message.TransactionId, out TransportAddress asked))
        {
            _answers++;
            if (asked != source) _fromElsewhere++;
        }
    }

    /// <summary>Whether the reason of a failure is what was seen.</summary>
    public bool Confirms(IceFailureReason reason, Place place, bool isLite, IReadOnlyList<IceCandidate> locals, IReadOnlyList<IceCandidate> remotes) => reason switch
    {
        IceFailureReason.NoLocalCandidates => locals.Count == 0,
        IceFailureReason.NoRemoteCandidates => remotes.Count == 0 && _checks == 0,
        IceFailureReason.NothingToPair => !locals.Any(local => remotes.Any(remote => local.Address.Family == remote.Address.Family)),
        IceFailureReason.NothingCameBack => !isLite && _answers == 0 && _checks == 0,
        IceFailureReason.RelayNeeded => _answers == 0 && _checks == 0 && place.MapsByDestination,
        IceFailureReason.NoChecksCame => isLite && _checks == 0,
        IceFailureReason.NotNominated => isLite && _checks > 0 && _nominations == 0,
        IceFailureReason.OneWay => !isLite && _answers == 0 && _checks > 0,
        IceFailureReason.AnsweredFromElsewhere => _fromElsewhere > 0 && _fromElsewhere == _answers,
        IceFailureReason.LocalCandidateGone or IceFailureReason.ConsentLost => HadRoute,
        _ => false,
    };

    // What was seen of the session before a restart says nothing of the next one.
    private void FollowSession(string ufrag)
    {
        if (ufrag == _ufrag) return;

        _ufrag = ufrag;
        _asked.Clear();
        _checks = _nominations = _answers = _fromElsewhere = 0;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{_asked.Count} checks sent, {_answers} answered, {_fromElsewhere} of these from elsewhere, {_checks} checks of the peer came";
}
