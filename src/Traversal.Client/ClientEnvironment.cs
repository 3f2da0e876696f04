using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Traversal.Client.Network;
using Traversal.Primitives;

namespace Traversal.Client;

/// <summary>What every client stands on: the system's own unless a test or a simulation says otherwise. Nothing here is disposed of by a client.</summary>
public sealed record ClientEnvironment
{
    /// <summary>The system's network, clock and randomness, and no log.</summary>
    public static ClientEnvironment System { get; } = new();

    /// <summary>The network.</summary>
    public INetwork Network { get; init; } = SystemNetwork.Instance;

    /// <summary>The clock of retransmissions and deadlines.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where transaction ids come from. What is not <see cref="RandomSource.System"/> must be safe for the threads that use it.</summary>
    public RandomSource Random { get; init; } = RandomSource.System;

    /// <summary>How names are looked up.</summary>
    public DnsSettings Dns { get; init; } = new();

    /// <summary>Where clients log. Addresses stand at Debug, nothing is logged per packet.</summary>
    public ILoggerFactory Logging { get; init; } = NullLoggerFactory.Instance;
}
