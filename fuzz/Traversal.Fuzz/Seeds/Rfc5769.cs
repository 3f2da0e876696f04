namespace Traversal.Fuzz;

/// <summary>The four messages that RFC 5769 section 2 prints.</summary>
internal static class Rfc5769
{
    /// <summary>All of them, in the order of the sections.</summary>
    public static IEnumerable<Seed> All =>
    [
        new("rfc5769-request", Convert.FromHexString(
            "000100582112a442b7e7a701bc34d686fa87dfae802200105354554e207465737420636c69656e74002400046e0001ff80290008932ff9b151263b36" +
            "000600096576746a3a68367659202020000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a280280004e57a3bcf")),
        new("rfc5769-response-ipv4", Convert.FromHexString(
            "0101003c2112a442b7e7a701bc34d686fa87dfae8022000b7465737420766563746f7220002000080001a147e112a643" +
            "000800142b91f599fd9e90c38c7489f92af9ba53f06be7d780280004c07d4c96")),
        new("rfc5769-response-ipv6", Convert.FromHexString(
            "010100482112a442b7e7a701bc34d686fa87dfae8022000b7465737420766563746f7220002000140002a1470113a9faa5d3f179bc25f4b5bed2b9d9" +
            "00080014a382954e4be67bf11784c97c8292c275bfe3ed4180280004c8fb0b4c")),
        new("rfc5769-request-long-term", Convert.FromHexString(
            "000100602112a44278ad3433c6ad72c029da412e00060012e3839ee38388e383aae38383e382afe382b90000" +
            "0015001c662f2f3439396b39353464364f4c33346f4c394653547679363473410014000b6578616d706c652e6f726700" +
            "00080014f67024656dd64a3e02b8e0712e85c9a28ca89666")),
    ];
}
