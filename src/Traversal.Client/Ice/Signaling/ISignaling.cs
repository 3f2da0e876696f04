namespace Traversal.Client;

/// <summary>
/// The way by which two applications tell each other how they are reached: whatever they have, a server that both know, a chat, a QR code. It is all that an
/// <see cref="IceConnection"/> needs of an application. Who can change what goes here can read what the connection carries.
/// </summary>
public interface ISignaling
{
    /// <summary>Sends to the other side. Called by one thread at a time; what is sent arrives in order, or not at all.</summary>
    /// <param name="signal">What to send: <see cref="IceSignal.ToJson"/> makes it text.</param>
    /// <param name="cancellationToken">The connection is given up.</param>
    ValueTask SendAsync(IceSignal signal, CancellationToken cancellationToken);

    /// <summary>Receives the next from the other side. Called by one thread at a time.</summary>
    /// <param name="cancellationToken">The connection is given up.</param>
    /// <returns>What the other side sent; null when nothing more will come.</returns>
    ValueTask<IceSignal?> ReceiveAsync(CancellationToken cancellationToken);
}
