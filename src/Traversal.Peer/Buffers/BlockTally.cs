namespace Traversal.Peer.Buffers;

/// <summary>How many blocks several streams hold together.</summary>
internal sealed class BlockTally
{
    public int Held { get; set; }
}
