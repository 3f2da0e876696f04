using Traversal.Transport.Streams;

namespace Traversal.Transport.Tests.Streams;

public sealed class SpliceOfMessagesTests
{
    [Fact]
    public async Task A_client_whose_message_is_none_ends_the_splice_and_throws_nothing()
    {
        await using var client = new BadMessages();
        await using var peer = new MemoryStream();
        await new Splice(client, peer, pace: null, TimeProvider.System).RunAsync(default).WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        Assert.False(peer.CanRead);
    }

    private sealed class BadMessages : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            ValueTask.FromException<int>(new InvalidDataException());
    }
}
