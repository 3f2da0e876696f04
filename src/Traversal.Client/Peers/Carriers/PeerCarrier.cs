namespace Traversal.Client.Peers;

/// <summary>What carries the TLS session of a connection.</summary>
internal abstract class PeerCarrier : IAsyncDisposable
{
    /// <summary>What it is.</summary>
    public abstract PeerCarrierKind Kind { get; }

    /// <summary>Whether this side begins the TLS session.</summary>
    public abstract bool IsInitiator { get; }

    /// <summary>The bytes. It breaks by an <see cref="IOException"/>.</summary>
    public abstract Stream Stream { get; }

    /// <summary>The initiator takes this one.</summary>
    public abstract ValueTask ChooseAsync(CancellationToken cancellationToken);

    /// <summary>Waits until the initiator takes this one.</summary>
    public abstract ValueTask WaitForChoiceAsync(CancellationToken cancellationToken);

    /// <summary>The initiator's part of the keys, which only the two sides know, goes inside of TLS: the initiator calls this when it goes, the other side when it comes.</summary>
    public virtual void OnInitiatorContribution(ReadOnlySpan<byte> contribution)
    {
    }

    /// <summary>Ends what this side sends, and waits until the other side has it, where that can be known.</summary>
    /// <param name="patience">How long to wait at most.</param>
    public virtual Task FinishAsync(TimeSpan patience) => Task.CompletedTask;

    /// <summary>Lets go at once.</summary>
    public abstract ValueTask DisposeAsync();
}
